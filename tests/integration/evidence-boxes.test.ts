// Where the evidence of a result is, from the photo as a camera stores it to the box: the whole adapter with
// its decoder, the real local-vision for words, Google's protocol with a scripted answer for logos and objects.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';
import { recognitionResultSchema, type EvidenceItem } from '../../contracts/recognition.ts';
import { freePort } from '../../infra/supervisor/preflight.ts';
import { drawText } from '../support/drawings/lettering.ts';
import { askForRecognition, newObjectKey, startAdapter } from '../support/harness/adapter.ts';
import { startProcess, type TestProcess } from '../support/harness/process.ts';
import { startVisionServer, type VisionServer } from '../support/vision/vision-server.ts';

type Box = NonNullable<EvidenceItem['box']>;

/** In pixels of the upright photo, which is larger than what Vision is sent. */
const size = { width: 2400, height: 1600 };
const name = { x: 200, y: 180, width: 900, height: 110 };
const model = { x: 1500, y: 1150, width: 420, height: 120 };
const logo = { x: 1800, y: 200, width: 240, height: 160 };
const machine = { x: 300, y: 600, width: 900, height: 700 };

const shareOf = ({ x, y, width, height }: Box): Box => ({
  ...{ x: x / size.width, y: y / size.height },
  ...{ width: width / size.width, height: height / size.height },
});

function lettering(text: string, { x, y, width, height }: Box): string {
  const middle = { x: x + width / 2, y: y + height / 2 };
  const panel = { ...middle, width, height, slope: 0, ground: 'body' } as const;
  return drawText(text, panel, { font: 'sans', color: '#111111' });
}

const filled = ({ x, y, width, height }: Box, color: string) =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${color}"/>`;

const drawPhoto = (...parts: string[]) =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}">` +
        `<rect width="100%" height="100%" fill="#f4d03f"/>${parts.join('')}</svg>`,
    ),
  )
    .png()
    .toBuffer();

/** How the upright picture lies in the file, for each EXIF orientation (TIFF 6.0, tag 274). */
const stored: Readonly<Record<number, (upright: Sharp) => Sharp>> = {
  1: (upright) => upright,
  2: (upright) => upright.flop(),
  3: (upright) => upright.rotate(180),
  4: (upright) => upright.flip(),
  5: (upright) => upright.rotate(270).flop(), // sharp mirrors first, then turns
  6: (upright) => upright.rotate(270),
  7: (upright) => upright.rotate(90).flop(),
  8: (upright) => upright.rotate(90),
};
const orientations = Object.keys(stored).map(Number);

const asStored = async (picture: Buffer, orientation: number) => {
  const turned = await (stored[orientation]?.(sharp(picture)) ?? sharp(picture)).png().toBuffer();
  return sharp(turned).withMetadata({ orientation }).jpeg({ quality: 92 }).toBuffer();
};

async function evidenceOf(
  vision: { readonly endpoint: string; readonly features: readonly string[] },
  photo: Buffer,
): Promise<readonly EvidenceItem[]> {
  const adapter = await startAdapter({
    fetchImage: () => Promise.resolve(photo),
    visionEndpoint: vision.endpoint,
    features: vision.features,
  });
  try {
    const answer = await askForRecognition(adapter.url, {
      objectKey: newObjectKey(),
      bytes: photo,
    });
    return recognitionResultSchema.parse(await answer.json()).evidence;
  } finally {
    await adapter.stop();
  }
}

/** @param within of the photo's side, for the middle; letters do not fill the place that they are drawn in. */
function expectBox(
  evidence: readonly EvidenceItem[],
  source: EvidenceItem['source'],
  place: Box,
  within: number,
): void {
  const wanted = shareOf(place);
  const boxes = evidence.flatMap((item) => (item.source === source && item.box ? [item.box] : []));
  const isThere = (box: Box) =>
    Math.abs(box.x + box.width / 2 - wanted.x - wanted.width / 2) < within &&
    Math.abs(box.y + box.height / 2 - wanted.y - wanted.height / 2) < within &&
    box.width > 0.7 * wanted.width &&
    box.width < 1.2 * wanted.width &&
    box.height > 0.7 * wanted.height &&
    box.height < 1.4 * wanted.height;
  expect([source, boxes, boxes.some(isThere)]).toEqual([source, boxes, true]);
}

describe('words, through local-vision', () => {
  let localVision: TestProcess;
  let endpoint: string;
  let photo: Buffer;
  beforeAll(async () => {
    const port = await freePort();
    endpoint = `127.0.0.1:${port}`;
    localVision = await startProcess('infra/emulators/vision', {
      PORT: String(port),
      HEALTH_PORT: String(await freePort()),
    });
    photo = await drawPhoto(lettering('KOMATSU', name), lettering('PC210', model));
  });
  afterAll(() => localVision.stop());

  test.each(orientations)(
    'finds name and number where they stand, orientation %i',
    async (orientation) => {
      const vision = { endpoint, features: ['TEXT_DETECTION'] };
      const evidence = await evidenceOf(vision, await asStored(photo, orientation));
      expectBox(evidence, 'WORD', name, 0.03);
      expectBox(evidence, 'MODEL_NUMBER', model, 0.03);
      expect(JSON.stringify(evidence)).not.toMatch(/PC210/i);
    },
  );
});

describe('logos and objects, as Google answers them', () => {
  let server: VisionServer;
  let photo: Buffer;
  beforeAll(async () => {
    server = await startVisionServer(async ({ requests: [request] }) => {
      const { data, info } = await sharp(Buffer.from(request?.image?.content ?? ''))
        .raw()
        .toBuffer({ resolveWithObject: true });
      const blue = extentOf(
        data,
        info,
        ([red = 0, green = 0, blue = 0]) => blue > red + 60 && blue > green + 60,
      );
      const red = extentOf(
        data,
        info,
        ([red = 0, green = 0, blue = 0]) => red > green + 60 && red > blue + 60,
      );
      return {
        responses: [
          {
            logoAnnotations: [
              { description: 'Komatsu', score: 0.9, boundingPoly: { vertices: cornersOf(blue) } },
            ],
            localizedObjectAnnotations: [
              {
                ...{ name: 'Excavator', score: 0.9 },
                boundingPoly: {
                  normalizedVertices: cornersOf(red).map(({ x, y }) => ({
                    ...{ x: x / info.width, y: y / info.height },
                  })),
                },
              },
            ],
          },
        ],
      };
    });
    photo = await drawPhoto(filled(logo, '#1020d0'), filled(machine, '#d01020'));
  });
  afterAll(() => server.stop());

  test.each(orientations)(
    'places both on the upright photo, orientation %i',
    async (orientation) => {
      const vision = {
        endpoint: server.endpoint,
        features: ['LOGO_DETECTION', 'OBJECT_LOCALIZATION'],
      };
      const evidence = await evidenceOf(vision, await asStored(photo, orientation));
      expectBox(evidence, 'LOGO', logo, 0.005);
      expectBox(evidence, 'OBJECT', machine, 0.005);
    },
  );
});

/** Around all pixels of a colour, in the picture that was sent. */
function extentOf(
  data: Buffer,
  { width, height, channels }: { width: number; height: number; channels: number },
  isOf: (pixel: Uint8Array) => boolean,
): Box {
  const xs: number[] = [];
  const ys: number[] = [];
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * channels;
      if (!isOf(data.subarray(at, at + 3))) continue;
      xs.push(x);
      ys.push(y);
    }
  const [left, top] = [
    xs.reduce((a, b) => Math.min(a, b), width),
    ys.reduce((a, b) => Math.min(a, b), height),
  ];
  const [right, bottom] = [
    xs.reduce((a, b) => Math.max(a, b), 0),
    ys.reduce((a, b) => Math.max(a, b), 0),
  ];
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

const cornersOf = ({ x, y, width, height }: Box) => [
  ...[
    { x, y },
    { x: x + width, y },
  ],
  ...[
    { x: x + width, y: y + height },
    { x, y: y + height },
  ],
];
