import { expect, test } from '@jest/globals';
import { ownerHeader, ownerOf, registeredAnalysesPageSchema } from '../../contracts/rest.ts';
import { checksumOf } from '../support/upload-by-hand.ts';
import { eventually } from '../support/harness/eventually.ts';
import { beginStory, deadline, endOf, samplePhoto } from '../support/harness/users.ts';

test('a photo that was analyzed stands in the register, with its upload and its result', async () => {
  const story = await beginStory();
  const { stack } = story;
  const { client, name } = story.newUser();
  const photo = await samplePhoto();
  const { correlationId } = await client.upload(photo, { signal: deadline() });
  await endOf(client, correlationId);
  const owner = ownerOf([stack.url('identity'), name]);
  const headers = {
    authorization: `Bearer ${stack.stack.secrets.INTERNAL_TOKEN}`,
    [ownerHeader]: owner,
  };
  await eventually(async () => {
    const list = `${stack.url('tu-register-service')}/v1/analyses?owner=${owner}&text=caterpillar`;
    const answer = await fetch(list, { headers });
    const { items } = registeredAnalysesPageSchema.parse(await answer.json());
    expect(items).toMatchObject([
      {
        ...{ correlationId, state: 'COMPLETED', bytes: photo.length, checksum: checksumOf(photo) },
        ...{ contentType: 'image/jpeg', aggregate: { brand: 'Caterpillar', model: '320D' } },
      },
    ]);
  });
});
