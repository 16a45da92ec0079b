import * as ort from 'onnxruntime-node';
import { PaddleOcrService, type Box, type OrtInferenceSession, type OrtModule } from 'paddleocr';
import type { ModelName, ReadingPass, ReadingPlan } from './reading-plans.ts';
import type { Corners, SeenLine } from './seen-image.ts';
import { loadTextModels } from './text-models.ts';

export interface Pixels {
  /** RGB, 8 bits a channel. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export interface TextEngine {
  readonly plan: ReadingPlan;
  /** Every line from top to bottom, however sure, corners in pixels of what is given. */
  readLines(pixels: Pixels, pass: ReadingPass): Promise<SeenLine[]>;
}

/**
 * PP-OCR (detection, recognition, dictionary; Apache-2.0, from PaddleOCR) on onnxruntime. Each family of
 * models that the plan names takes 0.3 to 0.6 s to load.
 *
 * @param models folder of PP-OCRv6, where the plan names it.
 */
export async function loadTextEngine(options: {
  threads: number;
  plan: ReadingPlan;
  models: string | undefined;
}): Promise<TextEngine> {
  const { threads, plan, models } = options;
  const names = new Set([plan.first, plan.second].flatMap((pass) => pass?.models ?? []));
  const services = new Map<ModelName, PaddleOcrService>();
  for (const name of names) {
    const loaded = await loadTextModels(name, models);
    services.set(
      name,
      await PaddleOcrService.createInstance({ ort: withThreads(threads), ...loaded }),
    );
  }
  return {
    plan,
    async readLines(pixels, pass) {
      const service = services.get(pass.models);
      if (service === undefined) throw new Error(`${pass.models} is not in the plan`);
      const found = await service.recognize(pixels, {
        ordering: { sortByReadingOrder: true, sameLineThresholdRatio: 0.25 },
        detection: { limitType: 'max', maxSideLength: pass.detectorSide },
      });
      return found
        .map(({ text, box, confidence }) => ({
          text: text.trim().replaceAll(/\s+/g, ' '),
          corners: cornersOf(box),
          confidence,
        }))
        .filter(({ text }) => text !== '');
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
