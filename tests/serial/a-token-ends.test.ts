import { setTimeout as pause } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ownerFrom } from '../../gateway/auth/verify-token.ts';
import { rabbitmqUrl } from '../../infra/stack/environment.ts';
import { eventually } from '../support/harness/eventually.ts';
import { connectAnnouncer, type Announcer } from '../support/three-gateways/announcer.ts';
import { healthUrlOf } from '../../infra/stack/ports.ts';
import { sumMetric } from '../support/harness/metrics.ts';
import { beginStory, completedIn, watchFeed, type Story } from '../support/harness/users.ts';

let story: Story;
let announcer: Announcer;
beforeAll(async () => {
  story = await beginStory();
  await story.stack.restart('identity', { IDENTITY_TOKEN_SECONDS: '3' });
  announcer = connectAnnouncer(rabbitmqUrl(story.stack.stack));
});
afterAll(async () => {
  await announcer.close();
  await story.stack.restart('identity');
});

describe('a token ends', () => {
  test('ends the streams of an expired token, and the client resumes with a new one without gap or repeat', async () => {
    const gateway = healthUrlOf(story.stack.stack, 'graph-gateway');
    const expired = () =>
      sumMetric(gateway, 'gateway_streams_ended_total', 'reason="token_expired"');
    const before = await expired();
    const user = story.newUser();
    const owner = ownerFrom(decodeJwt(await user.token()), ['iss', 'sub']);
    const feed = await watchFeed(user.client);

    const reported: string[] = [];
    while ((await expired()) < before + 4) {
      reported.push(await announcer.announce(owner)); // two feeds, at least two tokens each
      await pause(50);
    }
    reported.push(await announcer.announce(owner));
    await eventually(() => expect(completedIn(feed.events)).toContain(reported.at(-1)));
    await feed.stop();
    expect(completedIn(feed.events)).toEqual(reported);
  });
});
