// For tests and the bench: Vision answers written by hand, in the shape that the client decodes them to.
import protos from '@google-cloud/vision/build/protos/protos.js';
import type { AnnotateImageResponse } from '../../../services/vision-adapter/vision/vision-client.ts';
import { letterings, type Lettering } from './response-text.ts';

const Response = protos.google.cloud.vision.v1.AnnotateImageResponse;

export interface ResponseContent {
  /** Lettering, a line each; its size and place where they matter. */
  readonly text?: readonly (string | Lettering)[];
  /** `words`: the older form alone, without confidences. `bare`: not even boxes. Default: both forms. */
  readonly form?: 'both' | 'words' | 'bare';
  readonly logos?: Scores;
  readonly labels?: Scores;
  readonly objects?: Scores;
  readonly entities?: Scores;
  readonly guesses?: readonly string[];
  readonly titles?: readonly string[];
  /** Red, green, blue of the dominant colours. */
  readonly colors?: readonly (readonly [number, number, number])[];
  readonly error?: { readonly code: number; readonly message: string };
}

type Scores = Readonly<Record<string, number>>;

export function visionResponse(what: ResponseContent): AnnotateImageResponse {
  const { entities, guesses, titles, colors } = what;
  const web = entities ?? guesses ?? titles;
  return asDecoded({
    ...letterings(what.text ?? [], what.form ?? 'both'),
    logoAnnotations: named(what.logos),
    labelAnnotations: named(what.labels),
    localizedObjectAnnotations: Object.entries(what.objects ?? {}).map(([name, score]) => ({
      name,
      score,
    })),
    webDetection: web && {
      webEntities: named(entities),
      bestGuessLabels: (guesses ?? []).map((label) => ({ label })),
      pagesWithMatchingImages: (titles ?? []).map((pageTitle) => ({ pageTitle })),
    },
    imagePropertiesAnnotation: colors && { dominantColors: dominant(colors) },
    error: what.error,
  });
}

/**
 * What the client makes of an answer that came over the wire: scores as 32-bit numbers, and `[]`, `0`,
 * `''` or `null` for what is absent. Takes JSON as the REST API writes it, too.
 */
export function asDecoded(answer: object): AnnotateImageResponse {
  const bytes = Response.encode(Response.fromObject({ ...answer })).finish();
  return Response.toObject(Response.decode(bytes), {
    defaults: true,
    enums: String,
    longs: String,
    oneofs: true,
  });
}

const named = (scores: Scores = {}) =>
  Object.entries(scores).map(([description, score]) => ({ description, score }));

const dominant = (colors: readonly (readonly [number, number, number])[]) => ({
  colors: colors.map(([red, green, blue]) => ({
    color: { red, green, blue },
    score: 1 / colors.length,
    pixelFraction: 1 / colors.length,
  })),
});
