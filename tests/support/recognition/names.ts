// How makers are named: aliases, everyday words, logos, other trades.
import { nothing, type Fixtures } from './fixture.ts';

export const names: Fixtures = {
  'maker-and-model-in-one-line': {
    trap: 'the plain case: a name, a model, nothing else',
    rules: ['lettering', 'mediumModel', 'typeFromModel'],
    sees: { text: ['CAT 320D'] },
    shows: ['Caterpillar', 'Excavator', '320D'],
    status: 'identified',
  },
  'a-strong-number-of-its-maker': {
    trap: 'prefix, number and suffix that nobody else writes',
    rules: ['strongModel'],
    sees: { text: ['HITACHI', 'ZX350LC-7'] },
    shows: ['Hitachi', 'Excavator', 'ZX350LC-7'],
    within: { modelConfidence: [0.88, 1] },
  },
  'name-and-number-like-a-plate': {
    trap: 'CAT 320 has the look of a Swedish plate',
    sees: { text: ['CAT 320'] },
    shows: ['Caterpillar', 'Excavator', '320'],
  },
  'name-in-a-text-without-boxes': {
    trap: 'the older form of text: no confidences, no boxes',
    rules: ['confidenceUnknown', 'prominenceUnknown'],
    sees: { text: ['KOMATSU', 'PC210LC-11'], form: 'bare' },
    shows: ['Komatsu', 'Excavator', 'PC210LC-11'],
  },
  'name-in-small-print': {
    trap: 'a dealer’s sticker is no maker’s lettering: small beside what the owner painted',
    rules: ['prominenceFloor'],
    sees: {
      text: [
        { text: 'NORDBYG', height: 150, y: 100 },
        { text: 'BOBCAT', height: 14, y: 700 },
      ],
      labels: { Loader: 0.9 },
      entities: { Loader: 0.9 },
    },
    shows: ['Bobcat', 'Loader', null],
    sure: false,
  },
  'small-name-with-its-model': {
    trap: 'small print counts again when a model of that maker stands there',
    rules: ['brandFromModel'],
    sees: {
      text: [
        { text: 'KOMATSU', height: 22, y: 400 },
        { text: 'PC360LC-11', height: 90, y: 430 },
      ],
    },
    shows: ['Komatsu', 'Excavator', 'PC360LC-11'],
  },
  'cat-alone': {
    trap: 'CAT is a word too: without a fitting model it is weak',
    rules: ['ambiguousAlias', 'likelyEnough', 'confidentFrom'],
    sees: { text: ['CAT'], labels: { Excavator: 0.95 }, entities: { Excavator: 0.9 } },
    shows: ['Caterpillar', 'Excavator', null],
    sure: false,
  },
  'cat-with-its-logo': {
    trap: 'CAT with the logo beside it: both are pixels, the better counts once',
    sees: {
      text: ['CAT'],
      logos: { CAT: 0.92 },
      labels: { Bulldozer: 0.9 },
      entities: { Bulldozer: 0.9 },
    },
    shows: ['Caterpillar', 'Bulldozer', null],
    within: { brandConfidence: [0.85, 0.93] },
  },
  'in-case-of-emergency': {
    trap: '"In case of emergency" is no Case, and what follows no model of it',
    rules: ['wordInCapitals'],
    sees: { text: ['Case', '580'], labels: { 'Backhoe loader': 0.9 }, entities: { Backhoe: 0.9 } },
    shows: [null, 'Backhoe Loader', null],
    sure: false,
  },
  'IN-CASE-OF-EMERGENCY': {
    trap: 'the same warning in capitals: a sentence is no name on a machine',
    rules: ['wordInPhrase'],
    sees: { text: ['IN CASE OF EMERGENCY CALL'], labels: { Excavator: 0.9 } },
    shows: [null, 'Excavator', null],
    sure: false,
  },
  'case-with-its-model': {
    trap: 'CASE in capitals with its model is the maker',
    sees: { text: ['CASE', '580 Super N'] },
    shows: ['Case', 'Backhoe Loader', '580 Super N'],
  },
  'volvo-penta': {
    trap: 'an engine’s maker is not the machine’s: VOLVO PENTA',
    rules: ['otherTrade'],
    sees: { text: ['VOLVO PENTA', 'D13'], labels: { Excavator: 0.9 } },
    shows: [null, 'Excavator', null],
    sure: false,
  },
  'logo-of-a-bank': {
    trap: 'the logo of a maker’s other trade is no maker',
    rules: ['otherTradeNamed'],
    sees: { logos: { 'Volvo Financial Services': 0.9 }, labels: { Excavator: 0.9 } },
    shows: [null, 'Excavator', null],
    sure: false,
  },
  'logo-of-no-maker': {
    trap: 'any logo is a brand, .90 and confident: the naive rule',
    sees: {
      logos: { 'Coca-Cola': 0.97 },
      labels: { Excavator: 0.95 },
      entities: { Excavator: 1.1 },
    },
    shows: [null, 'Excavator', null],
    sure: false,
    says: 'left out',
  },
  'logo-with-its-company': {
    trap: 'the logo’s company suffix stays in the brand: "Caterpillar Inc."',
    rules: ['logo'],
    sees: {
      logos: { 'Caterpillar Inc.': 0.9 },
      labels: { Excavator: 0.9 },
      entities: { Excavator: 0.8 },
    },
    shows: ['Caterpillar', 'Excavator', null],
  },
  'weak-logo': {
    trap: 'a logo counts as Vision scores it, not .90',
    sees: { logos: { Hitachi: 0.34 }, labels: { Excavator: 0.9 }, entities: { Excavator: 0.9 } },
    shows: ['Hitachi', 'Excavator', null],
    sure: false,
  },
  staircase: {
    trap: 'a best guess "staircase" contains "case"',
    sees: { guesses: ['staircase'], labels: { Stairs: 0.9 } },
    shows: nothing,
    status: 'unidentified',
  },
  'an-insect': {
    trap: 'a caterpillar on a leaf is no machine',
    sees: {
      entities: { Caterpillar: 0.9, Insect: 0.9, Larva: 0.6 },
      guesses: ['caterpillar'],
      labels: { Insect: 0.95, Leaf: 0.8 },
    },
    shows: nothing,
    rules: ['webWithoutMachine'],
  },
  'a-volvo-car': {
    trap: 'Volvo and Hyundai cars count as machines: the naive rule',
    rules: ['otherVehicle', 'brandFloor'],
    sees: { logos: { Volvo: 0.93 }, labels: { Car: 0.97, Sedan: 0.85 } },
    shows: nothing,
  },
  'a-hyundai-van-beside-nothing': {
    trap: 'the same in lettering',
    sees: { text: ['HYUNDAI', 'i20'], objects: { Car: 0.9 } },
    shows: nothing,
  },
  'danish-owner': {
    trap: 'an owner with Danish letters, larger than the maker’s name',
    sees: {
      text: [
        { text: 'SØREN ØDEGÅRD ENTREPRENØR', height: 90 },
        { text: 'VOLVO EC220E', height: 40 },
        'Vogn 417',
        'ÅRGANG 2019',
      ],
    },
    shows: ['Volvo', 'Excavator', 'EC220E'],
  },
  'umlaut-in-the-name': {
    trap: '`\\b` knows ASCII only: VÖGELE',
    sees: { text: ['VÖGELE', 'SUPER 1800-3'] },
    shows: ['Vögele', 'Asphalt Paver', 'SUPER 1800-3'],
  },
  'name-within-a-danish-word': {
    trap: 'ÅCAT and CATÅ are no CAT: whole words, whatever the letters',
    sees: { text: ['ÅCAT 320D', 'CATÅ 320D'] },
    shows: nothing,
  },
  'joined-name-of-two-words': {
    trap: 'two words make the name, the second alone too: JOHN DEERE',
    sees: { text: ['JOHN DEERE', '210G LC'] },
    shows: ['John Deere', 'Excavator', '210G LC'],
  },
  'former-name': {
    trap: 'TEREX TRUCKS are Rokbak today: answered so, with a reason, and not sure',
    rules: ['formerName'],
    sees: { text: ['TEREX TRUCKS', 'RA30'] },
    shows: ['Rokbak', 'Articulated Hauler', 'RA30'],
    sure: false,
    says: 'former',
  },
  'former-name-beside-the-new-one': {
    trap: 'DOOSAN and DEVELON on one machine: the name of today',
    sees: { text: ['DOOSAN', 'DEVELON', 'DX225LC-7'] },
    shows: ['Develon', 'Excavator', 'DX225LC-7'],
    says: 'former name',
  },
  'makers-own-mixed-case': {
    trap: 'Genie is an everyday word in small letters, but not beside its own model',
    sees: { text: ['Genie', 'GS-1930'] },
    shows: ['Genie', 'Scissor Lift', 'GS-1930'],
  },
  'rental-firm-that-bears-a-makers-name': {
    trap: 'CAT RENTAL STORE lends a Genie',
    sees: { text: ['CAT RENTAL STORE', 'Genie', 'S-65'] },
    shows: ['Genie', 'Boom Lift', 'S-65'],
  },
  'cyrillic-look-alikes': {
    trap: 'САТ in Cyrillic letters is CAT',
    sees: { text: ['САТ', '320D'] },
    shows: ['Caterpillar', 'Excavator', '320D'],
  },
  katakana: {
    trap: 'コマツ is Komatsu',
    sees: { text: ['コマツ', 'PC200-8'] },
    shows: ['Komatsu', 'Excavator', 'PC200-8'],
  },
  'name-and-misread-model-run-together': {
    trap: 'CATTLS43G: the name is found, nothing is sure',
    sees: { text: ['CATTLS43G'], labels: { Telehandler: 0.9 } },
    shows: ['Caterpillar', 'Telehandler', null],
    sure: false,
  },
  'letter-wrong-in-a-short-name': {
    trap: 'LEERE beside a backhoe loader of John Deere',
    sees: { text: ['LEERE', '310SL'] },
    shows: ['John Deere', 'Backhoe Loader', '310SL'],
  },
  'letter-of-the-model-behind-the-name': {
    trap: 'LIEBHERR R 924 is no LIEBHERRR 924',
    sees: { text: ['LIEBHERR R 924'] },
    shows: ['Liebherr', 'Excavator', 'R 924'],
  },
};
