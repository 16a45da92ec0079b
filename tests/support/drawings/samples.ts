import type { Drawing } from './draw-machine.ts';
import { makers } from './makers.ts';

const black = '#17191b';
const white = '#fbfaf5';

/** The committed pictures by file name. `npm start` shows the first. */
export const samples: Readonly<Record<string, Drawing>> = {
  'cat-320d.jpg': {
    type: 'Excavator',
    paint: makers.Caterpillar.paint,
    lettering: [
      { text: 'CATERPILLAR', place: 'arm', font: 'sans', color: black },
      { text: '320D', place: 'side', font: 'sans', color: black },
    ],
    mood: 'noon',
    seed: 3,
    facing: 'right',
    size: 1,
    tilt: 0,
    offset: 0,
  },
  'volvo-ec220e.jpg': {
    type: 'Excavator',
    paint: makers.Volvo.paint,
    lettering: [
      { text: 'VOLVO', place: 'side', font: 'sans', color: black },
      { text: 'EC220E', place: 'arm', font: 'condensed', color: black },
    ],
    mood: 'quarry',
    seed: 11,
    facing: 'left',
    size: 0.98,
    tilt: 1.2,
    offset: 10,
  },
  'hitachi-zx350lc-7.jpg': {
    type: 'Excavator',
    paint: makers.Hitachi.paint,
    lettering: [
      { text: 'HITACHI', place: 'arm', font: 'slanted', color: white },
      { text: 'ZX350LC-7', place: 'side', font: 'sans', color: white },
    ],
    mood: 'dusk',
    seed: 23,
    facing: 'right',
    size: 1.02,
    tilt: -1.5,
    offset: -10,
  },
  'komatsu-pc210lc-11.jpg': {
    type: 'Excavator',
    paint: makers.Komatsu.paint,
    lettering: [
      { text: 'KOMATSU', place: 'arm', font: 'sans', color: '#1e2c62' },
      { text: 'PC210LC-11', place: 'side', font: 'sans', color: '#1e2c62' },
    ],
    mood: 'overcast',
    seed: 31,
    facing: 'left',
    size: 1,
    tilt: 2,
    offset: 0,
  },
  'unbranded-tb235.jpg': {
    type: 'Excavator',
    paint: { body: '#e9e4d8', trim: '#a8202a' },
    lettering: [{ text: 'TB235', place: 'side', font: 'sans', color: '#a8202a' }],
    mood: 'noon',
    seed: 47,
    facing: 'right',
    size: 0.84,
    tilt: 0.8,
    offset: -30,
  },
};
