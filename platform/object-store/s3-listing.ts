// Pages of a listing. The client's own listings do not escape the marker, decode keys that the store
// did not encode, and take a key that looks like a number for one.
import { text } from 'node:stream/consumers';
import { XMLParser } from 'fast-xml-parser';
import { chunksOf, type S3Connection } from './s3-client.ts';

/** What each kind of listing has, as S3 names it. */
export interface Listing {
  readonly EncodingType?: string;
  readonly IsTruncated: string;
}

export interface ListingAnswer<Page> {
  readonly page: Page;
  /** The store's clock. */
  readonly date: Date;
  readonly decodeKey: (key: string) => string;
}

const lists = ['Contents', 'Version', 'DeleteMarker'];
const parser = new XMLParser({
  parseTagValue: false,
  trimValues: false,
  isArray: (name) => lists.includes(name),
});

/**
 * Asks for one page.
 *
 * @param root the element that holds the page, `ListBucketResult` for instance.
 * @throws {ObjectStoreUnavailableError} {@link StoreRefusedError}
 */
export async function requestListing<Page extends Listing>(
  connection: S3Connection,
  root: string,
  parameters: Readonly<Record<string, string | undefined>>,
): Promise<ListingAnswer<Page>> {
  const query = queryOf({ 'encoding-type': 'url', ...parameters }); // XML cannot hold every character
  const answer = await connection.request({ method: 'GET', query });
  const parsed = parser.parse(await text(chunksOf(answer))) as Record<string, Page | undefined>;
  const page = parsed[root];
  if (page === undefined) throw new TypeError(`the object store answered without a ${root}`);
  const decodeKey = (key: string) =>
    page.EncodingType === 'url' ? decodeURIComponent(key.replaceAll('+', '%20')) : key;
  return { page, decodeKey, date: new Date(answer.headers.date ?? Number.NaN) };
}

/** Sorted and escaped here: the signature is made over the query as it stands. */
const queryOf = (parameters: Readonly<Record<string, string | undefined>>) =>
  Object.entries(parameters)
    .flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
    )
    .sort()
    .join('&');
