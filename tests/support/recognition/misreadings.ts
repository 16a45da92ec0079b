// What a reader of letters gets wrong: 0 for O, a letter lost, a tail cut off.
import { nothing, type Fixtures } from './fixture.ts';

export const misreadings: Fixtures = {
  'digit-in-the-name': {
    trap: 'K0MATSU: a digit that looks like its letter',
    rules: ['confusable'],
    sees: { text: ['K0MATSU', 'PC210LC-11'] },
    shows: ['Komatsu', 'Excavator', 'PC210LC-11'],
  },
  'letter-lost-in-the-name': {
    trap: 'KOMASU: one letter off in a name of six or more',
    rules: ['fuzzy'],
    sees: { text: ['KOMASU'], labels: { Bulldozer: 0.9 }, entities: { Bulldozer: 0.9 } },
    shows: ['Komatsu', 'Bulldozer', null],
  },
  'quote-in-the-name': {
    trap: 'KOMAT’SU: dirt read as a quote',
    sees: { text: ["KOMAT'SU", 'PC210LC-11'] },
    shows: ['Komatsu', 'Excavator', 'PC210LC-11'],
  },
  'short-name-with-its-model': {
    trap: 'VOLV is a name where a Volvo’s number stands beside it',
    sees: { text: ['VOLV', 'L120H'] },
    shows: ['Volvo', 'Wheel Loader', 'L120H'],
  },
  'short-name-alone': {
    trap: 'VOLV alone is no name: five letters or fewer, one off, are many words',
    rules: ['fuzzyFrom', 'faintNeedsModel'],
    sees: { text: ['VOLV'], labels: { Excavator: 0.9 }, entities: { Excavator: 0.9 } },
    shows: [null, 'Excavator', null],
    sure: false,
  },
  'name-and-model-run-together': {
    trap: 'CAT320D in one word',
    rules: ['runTogetherFrom'],
    sees: { text: ['CAT320D'] },
    shows: ['Caterpillar', 'Excavator', '320D'],
  },
  'digits-all-run-together': {
    trap: 'VOLV0L120H: run together and misread',
    sees: { text: ['VOLV0L120H'] },
    shows: ['Volvo', 'Wheel Loader', 'L120H'],
  },
  'letter-for-a-digit': {
    trap: '32OD: where a digit must stand, O can only be 0',
    rules: ['letterForDigit', 'repairedDigit'],
    sees: { text: ['CAT', '32OD'] },
    shows: ['Caterpillar', 'Excavator', '320D'],
  },
  'letter-for-a-digit-in-a-long-number': {
    trap: 'ZX35OLC-7: the same among letters that are right',
    sees: { text: ['HITACHI', 'ZX35OLC-7'] },
    shows: ['Hitachi', 'Excavator', 'ZX350LC-7'],
  },
  'digit-for-a-letter': {
    trap: '3200: 0 for D is a guess, never sure',
    sees: { text: ['CAT', '3200'] },
    shows: ['Caterpillar', 'Excavator', '320D'],
    sure: false,
  },
  'digit-for-a-letter-of-a-sure-maker': {
    trap: 'EC2208: 8 for B or E; the maker is sure, the model is not, so the answer is not',
    rules: ['digitForLetter', 'repairedLetter', 'confidentModel', 'modelNotDoubtful'],
    sees: { text: ['VOLVO', 'EC2208'], labels: { Excavator: 0.9 } },
    shows: ['Volvo', 'Excavator', 'EC220B'],
    sure: false,
  },
  'guess-that-the-web-shares': {
    trap: 'a guessed model that pages of the web name is believed',
    rules: ['modelCorroborated'],
    sees: {
      text: ['CAT', '3200'],
      titles: ['Used CAT 320D excavator', '2012 Caterpillar 320D for sale'],
      guesses: ['cat 320d'],
    },
    shows: ['Caterpillar', 'Excavator', '320D'],
  },
  'dash-lost': {
    trap: 'PC210LC11: the dash is gone',
    sees: { text: ['KOMATSU', 'PC210LC11'] },
    shows: ['Komatsu', 'Excavator', 'PC210LC-11'],
  },
  'tail-cut-off': {
    trap: 'HM300-: what follows the dash is not in the picture',
    rules: ['cutTail'],
    sees: { text: ['KOMATSU', 'HM300-'] },
    shows: ['Komatsu', 'Articulated Hauler', 'HM300-5'],
    hidden: true,
    answers: ['Komatsu', 'Articulated Hauler', 'HM300'],
    sure: false,
  },
  'tail-too-long': {
    trap: 'WA470-70: a scratch read as a digit',
    rules: ['strayTail'],
    sees: { text: ['KOMATSU', 'WA470-70'] },
    shows: ['Komatsu', 'Wheel Loader', 'WA470-7'],
    sure: false,
  },
  'tail-unreadable': {
    trap: 'PC290LC-X9: what stands behind the dash makes no sense, what stands before it does',
    rules: ['unreadTail'],
    sees: { text: ['KOMATSU', 'PC290LC-X9'] },
    shows: ['Komatsu', 'Excavator', 'PC290LC-11'],
    hidden: true,
    answers: ['Komatsu', 'Excavator', 'PC290LC'],
    sure: false,
  },
  'hardly-read': {
    trap: 'a reading of .35 is no ground to be sure',
    sees: {
      text: [
        { text: 'HITACHI', confidence: 0.35 },
        { text: 'ZX210LC-6', confidence: 0.35 },
      ],
    },
    shows: ['Hitachi', 'Excavator', 'ZX210LC-6'],
    sure: false,
  },
  'hardly-read-model': {
    trap: 'a model that was hardly read is not named at all',
    rules: ['modelFloor'],
    sees: {
      text: ['HITACHI', { text: 'ZX210LC-6', confidence: 0.3 }],
      labels: { Excavator: 0.9 },
      entities: { Excavator: 0.9 },
    },
    shows: ['Hitachi', 'Excavator', 'ZX210LC-6'],
    hidden: true,
    answers: ['Hitachi', 'Excavator', null],
  },
  watermark: {
    trap: 'stock-photo overlays are read as if painted on the machine',
    sees: {
      text: ['alamy', 'gettyimages', 'shutterstock', 'KOMATSU', 'D65PX-18', 'alamy stock photo'],
    },
    shows: ['Komatsu', 'Bulldozer', 'D65PX-18'],
  },
  junk: {
    trap: 'twenty junk words of a bad reader hold no maker and no model',
    sees: {
      text: [
        'l1 |/ 4E',
        'EC',
        'x 22 O',
        'PC',
        'ii1',
        'A 8',
        'L 1 2',
        'D',
        'ZX',
        '- 7',
        'TB',
        'W A',
      ],
    },
    shows: nothing,
  },
};
