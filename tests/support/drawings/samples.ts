import type { Drawing } from './draw-machine.ts';
import { makers } from './makers.ts';

const black = '#17191b';
const white = '#fbfaf5';
const blue = '#1e2c62';
const red = '#a8202a';
const look = (
  mood: Drawing['mood'],
  seed: number,
  facing: Drawing['facing'],
  size: number,
  tilt: number,
  offset: number,
) => ({ type: 'Excavator', mood, seed, facing, size, tilt, offset }) as const;

/** The committed pictures by file name. `npm start` shows the first. */
export const samples: Readonly<Record<string, Drawing>> = {
  'cat-320d.jpg': {
    ...look('noon', 3, 'right', 1, 0, 0),
    paint: makers.Caterpillar.paint,
    lettering: [
      { text: 'CATERPILLAR', place: 'arm', font: 'sans', color: black },
      { text: '320D', place: 'side', font: 'sans', color: black },
    ],
  },
  'volvo-ec220e.jpg': {
    ...look('quarry', 11, 'left', 0.98, 1.2, 10),
    paint: makers.Volvo.paint,
    lettering: [
      { text: 'VOLVO', place: 'side', font: 'sans', color: black },
      { text: 'EC220E', place: 'arm', font: 'condensed', color: black },
    ],
  },
  'hitachi-zx350lc-7.jpg': {
    ...look('dusk', 23, 'right', 1.02, -1.5, -10),
    paint: makers.Hitachi.paint,
    lettering: [
      { text: 'HITACHI', place: 'arm', font: 'slanted', color: white },
      { text: 'ZX350LC-7', place: 'side', font: 'sans', color: white },
    ],
  },
  'komatsu-pc210lc-11.jpg': {
    ...look('overcast', 31, 'left', 1, 2, 0),
    paint: makers.Komatsu.paint,
    lettering: [
      { text: 'KOMATSU', place: 'arm', font: 'sans', color: blue },
      { text: 'PC210LC-11', place: 'side', font: 'sans', color: blue },
    ],
  },
  'unbranded-tb235.jpg': {
    ...look('noon', 47, 'right', 0.84, 0.8, -30),
    paint: { body: '#e9e4d8', trim: red },
    lettering: [{ text: 'TB235', place: 'side', font: 'sans', color: red }],
  },
};
