// What is read in an image, as it goes from the worker process to the one that speaks gRPC.

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Top left, top right, bottom right, bottom left as the text runs, not as the picture stands. */
export type Corners = readonly [Point, Point, Point, Point];

/** What to look for in one image. */
export interface Look {
  readonly text: boolean;
  readonly colors: boolean;
}

/** A line of text; corners in pixels of the image as it was sent, before any turning or shrinking. */
export interface SeenLine {
  readonly text: string;
  readonly corners: Corners;
  /** 0 to 1: the mean over the characters. */
  readonly confidence: number;
}

export interface SeenColor {
  readonly color: { readonly red: number; readonly green: number; readonly blue: number };
  /** 0 to 1: how much the colour stands out; the scores of an image add up to at most 1. */
  readonly score: number;
  /** 0 to 1: the share of the pixels. */
  readonly pixelFraction: number;
}

/** Width and height in pixels as sent: the camera's orientation is not applied. */
export interface SeenImage {
  readonly width: number;
  readonly height: number;
  readonly lines: readonly SeenLine[];
  readonly colors: readonly SeenColor[];
  /** How many times its text was read. */
  readonly looks: number;
}

/** Nobody can read these bytes as an image, or may: too large. The message is Vision's own. */
export class UnreadableImageError extends Error {
  override readonly name = 'UnreadableImageError';
}
