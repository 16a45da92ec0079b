// The truth set: Vision answers written by hand, each for the rule that it proves or the trap it sets.
import type { RecognitionStatus } from '../../../contracts/recognition.ts';
import type { ResponseContent } from './response-builder.ts';

/** Brand, type and model; null: none, or not to be known from this answer. */
export type Named = readonly [brand: string | null, type: string | null, model: string | null];

export interface Fixture {
  /** The trap that it sets, or the promise that it holds. */
  readonly trap: string;
  /** Rules without which it turns red: names of `rules.ts`. */
  readonly rules?: readonly string[];
  readonly sees: ResponseContent;
  /** What really stands in the picture. */
  readonly shows: Named;
  /** True: nobody could tell all of that from this answer, so holding back is right. */
  readonly hidden?: true;
  /** What is to be answered; default: what it shows. */
  readonly answers?: Named;
  /** Whether that is sure; default: brand and type are answered. */
  readonly sure?: boolean;
  readonly status?: RecognitionStatus;
  /** Least and most of a confidence. */
  readonly within?: Partial<Record<ConfidenceName, readonly [least: number, most: number]>>;
  /** Words that one of the reasons must have. */
  readonly says?: string;
}

export type ConfidenceName =
  'confidence' | 'brandConfidence' | 'typeConfidence' | 'modelConfidence';

export type Fixtures = Readonly<Record<string, Fixture>>;

export const nothing: Named = [null, null, null];
