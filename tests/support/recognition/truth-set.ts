import type { Fixture } from './fixture.ts';
import { kinds } from './kinds.ts';
import { misreadings } from './misreadings.ts';
import { names } from './names.ts';
import { neighbours } from './neighbours.ts';
import { numbers } from './numbers.ts';
import { pictures } from './pictures.ts';
import { signs } from './signs.ts';
import { sites } from './sites.ts';
import { twoMakers } from './two-makers.ts';
import { web } from './web.ts';

/** Every fixture by name. */
export const truthSet: Readonly<Record<string, Fixture>> = {
  ...names,
  ...numbers,
  ...misreadings,
  ...web,
  ...kinds,
  ...twoMakers,
  ...sites,
  ...signs,
  ...pictures,
  ...neighbours,
};
