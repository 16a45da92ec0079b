// The package ships no types; this is the part the drawings use.
declare module 'opentype.js' {
  export interface Path {
    getBoundingBox(): { x1: number; y1: number; x2: number; y2: number };
    /** SVG path commands: M and L (x, y), Q (x1, y1, x, y), C (x1, y1, x2, y2, x, y), Z. */
    readonly commands: readonly ({ readonly type: 'M' | 'L' | 'Q' | 'C' | 'Z' } & Partial<
      Record<'x1' | 'y1' | 'x2' | 'y2' | 'x' | 'y', number>
    >)[];
  }
  export interface Glyph {
    readonly advanceWidth: number;
    getPath(x: number, y: number, fontSize: number): Path;
  }
  export interface Font {
    readonly unitsPerEm: number;
    charToGlyph(character: string): Glyph;
  }
  const opentype: { parse(font: ArrayBuffer): Font };
  export default opentype;
}
