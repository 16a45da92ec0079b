// What is a model number, and what only looks like one.
import { nothing, type Fixtures } from './fixture.ts';

/** A maker's name on a machine that labels and the web know. */
const excavator = { labels: { Excavator: 0.9 }, entities: { Excavator: 0.9 } };

export const numbers: Fixtures = {
  'blank-within-the-model': {
    trap: '"320 GC" is one model: tokens of one row are joined',
    rules: ['longestModel'],
    sees: { text: ['CATERPILLAR', '320 GC'] },
    shows: ['Caterpillar', 'Excavator', '320 GC'],
  },
  'long-tail': {
    trap: 'PC210LC-11 cut to PC210LC: the naive pattern',
    sees: { text: ['KOMATSU', 'PC 210 LC - 11'] },
    shows: ['Komatsu', 'Excavator', 'PC210LC-11'],
  },
  'three-characters': {
    trap: 'D6T and 3CX are too short for the naive pattern',
    sees: { text: ['CAT', 'D6T'] },
    shows: ['Caterpillar', 'Bulldozer', 'D6T'],
  },
  'digit-first': {
    trap: '3CX: one digit, two letters',
    sees: { text: ['JCB', '3CX'] },
    shows: ['JCB', 'Backhoe Loader', '3CX'],
  },
  'two-numbers-and-a-dash': {
    trap: '540-170 has no letter at all',
    sees: { text: ['JCB', '540-170'] },
    shows: ['JCB', 'Telehandler', '540-170'],
  },
  'a-dot-within': {
    trap: '307.5 is no measure',
    sees: { text: ['CAT', '307.5'] },
    shows: ['Caterpillar', 'Mini Excavator', '307.5'],
  },
  'bare-number-beside-the-name': {
    trap: 'a bare number beside the maker’s name is its model',
    rules: ['weakModel'],
    sees: { text: ['CATERPILLAR', '320'] },
    shows: ['Caterpillar', 'Excavator', '320'],
  },
  'bare-number-far-away': {
    trap: 'a fleet number far from the name passes for a bare model',
    rules: ['weakApart', 'besideWithin'],
    sees: {
      text: [
        { text: 'CATERPILLAR', y: 100 },
        { text: '320', y: 900 },
      ],
    },
    shows: ['Caterpillar', null, null],
    answers: ['Caterpillar', 'Excavator', '320'],
    sure: false,
  },
  'three-digits-far-from-a-jcb': {
    trap: 'the same where the maker’s line is nothing but three digits',
    rules: ['bareNumber'],
    sees: {
      text: [
        { text: 'JCB', y: 100 },
        { text: '280', y: 900 },
      ],
    },
    shows: ['JCB', null, null],
    answers: ['JCB', 'Skid Steer Loader', '280'],
    sure: false,
  },
  'litres-far-away': {
    trap: '320L on a tank is litres, beside the name a model',
    rules: ['perhapsMeasure'],
    sees: {
      text: [
        { text: 'CATERPILLAR', y: 100 },
        { text: '320L', y: 900 },
      ],
    },
    shows: ['Caterpillar', null, null],
    answers: ['Caterpillar', 'Excavator', '320L'],
    sure: false,
  },
  'litres-beside-the-name': {
    trap: 'the same beside the name',
    sees: { text: ['CATERPILLAR', '320L'] },
    shows: ['Caterpillar', 'Excavator', '320L'],
  },
  'load-before-the-model': {
    trap: '"MAX 20T" goes before PC200-6: digits-first beats the true model',
    sees: { text: ['MAX 20T', 'KOMATSU', 'PC200-6'] },
    shows: ['Komatsu', 'Excavator', 'PC200-6'],
  },
  measures: {
    trap: '50HP, 24V, 12T and 100KG are no models',
    sees: { text: ['KOMATSU', '50HP', '24V', '12T', '100KG'], ...excavator },
    shows: ['Komatsu', 'Excavator', null],
  },
  'width-with-its-unit': {
    trap: '"W 200CM" is a width, not a Wirtgen W 200 CM',
    rules: ['measure'],
    sees: {
      text: ['WIRTGEN', 'W 200CM'],
      labels: { 'Milling machine': 0.9 },
      entities: { 'Cold planer': 0.9 },
    },
    shows: ['Wirtgen', 'Cold Planer', null],
  },
  'unit-apart': {
    trap: '"320 KG": the unit stands apart from its number',
    rules: ['unitApart'],
    sees: { text: ['CATERPILLAR', '320 KG'], ...excavator },
    shows: ['Caterpillar', 'Excavator', null],
  },
  standards: {
    trap: '"EN 280" is the standard for lifting platforms, not a JCB 280',
    rules: ['standard'],
    sees: {
      text: ['JCB', 'EN 280', 'ISO 9001'],
      labels: { Telehandler: 0.9 },
      entities: { 'Telescopic handler': 0.9 },
    },
    shows: ['JCB', 'Telehandler', null],
  },
  'year-on-a-permit': {
    trap: '"P 2019" is a parking permit, not a paver P2019',
    rules: ['year'],
    sees: { text: ['VOLVO', 'P 2019'], ...excavator },
    shows: ['Volvo', 'Excavator', null],
  },
  'year-of-make': {
    trap: '"IN 2019", "CE 2016" as models: the naive pattern',
    sees: { text: ['KOMATSU', 'IN 2019', 'CE 2016', 'ÅRGANG 2019'], ...excavator },
    shows: ['Komatsu', 'Excavator', null],
  },
  'largest-load': {
    trap: '"MAKS 320" is a load',
    rules: ['limit'],
    sees: { text: ['CATERPILLAR', 'MAKS 320'], ...excavator },
    shows: ['Caterpillar', 'Excavator', null],
  },
  'fleet-number': {
    trap: '"FLEET 320D", "TLF 320", "NR 320" name something else',
    rules: ['numbered'],
    sees: { text: ['CATERPILLAR', 'FLEET 320D', 'TLF 336', 'NR 950'], ...excavator },
    shows: ['Caterpillar', 'Excavator', null],
  },
  'telephone-in-groups': {
    trap: 'a telephone number whose middle is a model: 01452 320 950',
    rules: ['telephone'],
    sees: { text: ['CAT', '0145 320 950'], logos: { CAT: 0.9 }, ...excavator },
    shows: ['Caterpillar', 'Excavator', null],
  },
  'danish-telephone': {
    trap: '"70 12 34 56" beside an excavator’s name',
    sees: { text: ['KOMATSU', '70 12 34 56'], ...excavator },
    shows: ['Komatsu', 'Excavator', null],
  },
  'inventory-number': {
    trap: 'five digits or more are no model, whatever letters stand before',
    rules: ['longNumber'],
    sees: {
      text: ['MANITOU', 'MT 48213'],
      labels: { Telehandler: 0.9 },
      entities: { Telehandler: 0.9 },
    },
    shows: ['Manitou', 'Telehandler', null],
  },
  'five-digits-of-a-crane': {
    trap: 'a crane whose own number has five digits',
    sees: { text: ['LIEBHERR', 'LTM 11200-9.1'] },
    shows: ['Liebherr', 'Mobile Crane', 'LTM 11200-9.1'],
  },
  'number-plate': {
    trap: 'a Danish plate whose number is a model: XC 12 345',
    rules: ['plate'],
    sees: { text: ['CATERPILLAR', 'XC 12 345'], ...excavator },
    shows: ['Caterpillar', 'Excavator', null],
  },
  'swedish-plate-or-model': {
    trap: 'MLT 741 looks like a Swedish plate and is a Manitou',
    sees: { text: ['MANITOU', 'MLT 741'] },
    shows: ['Manitou', 'Telehandler', 'MLT 741'],
  },
  'far-apart-in-one-row': {
    trap: 'letters and digits at two ends of a row are no model together',
    rules: ['widestGap'],
    sees: {
      text: ['VOLVO', 'L               120'],
      labels: { Excavator: 0.9 },
      entities: { Excavator: 0.9 },
    },
    shows: ['Volvo', 'Excavator', null],
  },
  'away-from-the-name': {
    trap: 'a model away from the maker’s name may belong to something else',
    rules: ['apart'],
    sees: {
      text: [
        { text: 'KOMATSU', y: 100 },
        { text: 'WA380-8', y: 900 },
      ],
    },
    shows: ['Komatsu', 'Wheel Loader', 'WA380-8'],
    within: { modelConfidence: [0.7, 0.82] },
  },
  'prefix-alone': {
    trap: 'no maker is seen; TB### is inferred and never sure',
    rules: ['brandInferred', 'modelInferred'],
    sees: { text: ['TB290', 'Tlf. 70 12 34 56'] },
    shows: ['Takeuchi', 'Mini Excavator', 'TB290'],
    sure: false,
    status: 'inferred',
    within: { confidence: [0.2, 0.5], typeConfidence: [0.4, 0.6], modelConfidence: [0.4, 0.6] },
  },
  'number-that-many-paint': {
    trap: '320D without a maker says nothing',
    sees: { text: ['UDLEJNING 320D'] },
    shows: ['Caterpillar', 'Excavator', '320D'],
    hidden: true,
    answers: nothing,
  },
  'two-models-of-one-maker': {
    trap: 'two models of one maker with equal weight: neither is sure',
    rules: ['contested'],
    sees: { text: ['KOMATSU', 'PC210LC-11', 'WA380-8'] },
    shows: ['Komatsu', null, null],
    answers: ['Komatsu', 'Excavator', 'PC210LC-11'],
    sure: false,
  },
};
