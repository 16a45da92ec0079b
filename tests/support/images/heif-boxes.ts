// HEIC files as no encoder would write them, and as telephones do: boxes of ISO 14496-12 and 23008-12 around
// one coded picture. That one was encoded once (heif-enc of libheif 1.15), because no package that is kept here
// writes HEVC: quadrants red, green, blue and yellow, 128 x 96.
import { readFileSync } from 'node:fs';

const u8 = (...values: number[]) => Buffer.from(values);
const u16 = (...values: number[]) => Buffer.concat(values.map((v) => u8(v >> 8, v & 0xff)));
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
export const heifBox = (type: string, ...parts: Buffer[]) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([u32(8 + body.length), Buffer.from(type, 'latin1'), body]);
};
const fullBox = (type: string, version: number, flags: number, ...parts: Buffer[]) =>
  heifBox(type, u32((version << 24) | flags), ...parts);

/** A coded picture: its decoder's configuration and its data. */
export interface CodedPicture {
  readonly hvcC: Buffer;
  readonly data: Buffer;
}

export const codedSize = { width: 128, height: 96 };
const fileOf = (name: string) => readFileSync(new URL(`heic/${name}`, import.meta.url));
export const encodedHeic = fileOf('quadrants.heic');

export const eightBit = codedPictureOf(encodedHeic);
export const tenBit = codedPictureOf(fileOf('quadrants-10-bit.heic'));

/** Of a file with one picture. */
function codedPictureOf(file: Buffer): CodedPicture {
  const boxAt = (type: string) => {
    const start = file.indexOf(type, 0, 'latin1') - 4;
    return file.subarray(start, start + file.readUInt32BE(start));
  };
  return { hvcC: boxAt('hvcC'), data: boxAt('mdat').subarray(8) };
}

export interface HeifItem {
  readonly type: 'hvc1' | 'grid' | 'Exif';
  readonly data: Buffer;
  /** Boxes: hvcC, ispe, irot ... */
  readonly properties?: readonly Buffer[];
  /** Ids of the items that it is made of: 1 is the first. */
  readonly madeOf?: readonly number[];
  /** Id of the item whose thumbnail it is. */
  readonly thumbnailOf?: number;
}

export const ispe = (width: number, height: number) =>
  fullBox('ispe', 0, 0, u32(width), u32(height));
/** Quarter turns against the clock. */
export const irot = (quarters: number) => heifBox('irot', u8(quarters));
/** 0: top and bottom change places; 1: left and right. */
export const imir = (axis: 0 | 1) => heifBox('imir', u8(axis));

export const codedItem = (
  { hvcC, data }: CodedPicture,
  { width, height } = codedSize,
  ...properties: Buffer[]
): HeifItem => ({ type: 'hvc1', data, properties: [hvcC, ispe(width, height), ...properties] });

/** Rows and columns of equal pictures, row by row. */
export const gridItem = (
  { rows, columns, width, height }: Record<'rows' | 'columns' | 'width' | 'height', number>,
  madeOf: readonly number[],
): HeifItem => ({
  type: 'grid',
  data: Buffer.concat([u8(0, 1, rows - 1, columns - 1), u32(width), u32(height)]),
  properties: [ispe(width, height)],
  madeOf,
});

/** The file: `ftyp`, `meta`, `mdat`. */
export function heif(
  items: readonly HeifItem[],
  { primary = 1, brands = ['heic', 'mif1', 'heic'] } = {},
): Buffer {
  const [major = 'heic', ...compatible] = brands;
  const ftyp = heifBox('ftyp', Buffer.from(major), u32(0), Buffer.from(compatible.join('')));
  const metaOf = (dataAt: number) => {
    let at = dataAt;
    const extents = items.map(({ data }, index) => {
      const extent = Buffer.concat([u16(index + 1, 0, 1), u32(at), u32(data.length)]);
      at += data.length;
      return extent;
    });
    const properties = items.flatMap((item) => item.properties ?? []);
    let next = 1;
    const associations = items.map((item, index) => {
      const own = (item.properties ?? []).map(() => next++);
      return Buffer.concat([u16(index + 1), u8(own.length), ...own.map((id) => u16(0x8000 | id))]);
    });
    const references = items.flatMap((item, index) => {
      const refer = (type: string, to: readonly number[]) =>
        heifBox(type, u16(index + 1, to.length, ...to));
      return [
        ...(item.madeOf ? [refer('dimg', item.madeOf)] : []),
        ...(item.thumbnailOf ? [refer('thmb', [item.thumbnailOf])] : []),
      ];
    });
    const infes = items.map(({ type }, index) =>
      fullBox('infe', 2, 0, u16(index + 1, 0), Buffer.from(`${type}\0`)),
    );
    return fullBox(
      'meta',
      0,
      0,
      fullBox('hdlr', 0, 0, u32(0), Buffer.from('pict'), Buffer.alloc(13)),
      fullBox('pitm', 0, 0, u16(primary)),
      fullBox('iloc', 0, 0, u8(0x44, 0), u16(items.length), ...extents),
      fullBox('iinf', 0, 0, u16(items.length), ...infes),
      ...(references.length > 0 ? [fullBox('iref', 0, 0, ...references)] : []),
      heifBox(
        'iprp',
        heifBox('ipco', ...properties),
        fullBox('ipma', 0, 1, u32(items.length), ...associations),
      ),
    );
  };
  const head = ftyp.length + metaOf(0).length + 8;
  return Buffer.concat([ftyp, metaOf(head), heifBox('mdat', ...items.map(({ data }) => data))]);
}
