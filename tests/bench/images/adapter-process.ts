// The adapter of a measurement: whole but for Kafka, in a process of its own, gone with its parent.
// In: where photos and Vision are. Out: the address it listens on.
import { internalToken } from '../../support/harness/process.ts';
import { createRestClient } from '../../../platform/http/rest-client.ts';
import { createFetchImage } from '../../../services/vision-adapter/photo/fetch-image.ts';
import { startAdapter } from '../../support/harness/adapter.ts';

const [photosUrl = '', visionEndpoint = ''] = process.argv.slice(2);
process.on('disconnect', () => process.exit());

const photos = createRestClient({ name: 'photos', baseUrl: photosUrl, internalToken });
const { url } = await startAdapter({ fetchImage: createFetchImage(photos), visionEndpoint });
process.send?.(url);
