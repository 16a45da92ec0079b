// Local users: no list, no passwords. A name is a user, and also a client that acts as that user.
import { createHmac } from 'node:crypto';
import { z } from 'zod';

/** The clients of people, for our page, for an app of somebody else and for a terminal; no user has their names, since users are clients too. */
export const webClientId = 'trackunit-web';
export const appClientId = 'trackunit-app';
export const cliClientId = 'trackunit-cli';
const clientIds: readonly string[] = [webClientId, appClientId, cliClientId];

/** Its own client, and no login, gets scope `operator`. */
export const operatorName = 'local-operator';

export const userNameSchema = z
  .string()
  .regex(/^[a-z0-9._@-]{1,64}$/, '1 to 64 of a-z 0-9 . _ @ -')
  .refine((name) => !clientIds.includes(name), 'this is the name of a client');

export const isUserName = (name: string): boolean => userNameSchema.safeParse(name).success;

/** @param secret of the stack (IDENTITY_SECRET). @returns the client secret of this user, in hex. */
export const clientSecretOf = (name: string, secret: string): string =>
  createHmac('sha256', secret).update(`client secret of ${name}`).digest('hex');
