// Roads, shops and addresses around a machine, numbered like one.
import { nothing, type Fixtures } from './fixture.ts';

const digger = {
  labels: { 'Construction equipment': 0.96, Excavator: 0.9, Vehicle: 0.9 },
  entities: { Excavator: 1.0, 'Heavy Machinery': 0.9 },
};

export const signs: Fixtures = {
  'card-accepted': {
    trap: '"EC 300" on a shop: a maker unseen is inferred from one word only',
    rules: ['tokensToInfer'],
    sees: { text: ['EC 300 KORT', 'DANKORT'] },
    shows: nothing,
  },
  'computer-shop': {
    trap: '"PC 300 DELE" sells computers',
    sees: { text: ['PC 300 DELE', 'COMPUTER'] },
    shows: nothing,
  },
  'fire-door': {
    trap: 'TB 12 is a hydrant',
    sees: { text: ['TB 12', 'BRANDHANE'] },
    shows: nothing,
  },
  'road-over-the-site': {
    trap: 'road A40 far from a Volvo excavator is no hauler A40',
    sees: {
      text: [
        'VOLVO',
        { text: 'A40', x: 1200, y: 50, height: 30 },
        { text: 'LONDON', x: 1200, y: 90 },
      ],
      ...digger,
    },
    shows: ['Volvo', 'Excavator', null],
  },
  'road-beside-the-name': {
    trap: 'road M25 right under the maker’s name',
    sees: { text: ['KOMATSU', 'M25'], ...digger },
    shows: ['Komatsu', 'Excavator', null],
  },
  'road-of-a-bobcat': {
    trap: 'road E20 right under BOBCAT, which builds an E20: label and number disagree',
    sees: {
      text: ['BOBCAT', 'E20 KOLDING'],
      labels: { 'Skid-steer loader': 0.9 },
      entities: { 'Skid-steer loader': 1 },
    },
    shows: ['Bobcat', 'Skid Steer Loader', null],
    answers: ['Bobcat', 'Mini Excavator', 'E20'],
    sure: false,
  },
  'parking-in-metres': {
    trap: '"PARKERING 140 M" is no grader',
    sees: { text: ['CAT', 'PARKERING 140 M'], logos: { CAT: 0.85 }, ...digger },
    shows: ['Caterpillar', 'Excavator', null],
  },
  'town-with-its-postcode': {
    trap: '59065 HAMM is a town',
    sees: { text: ['59065 HAMM', 'Tel. 02381 320'] },
    shows: nothing,
  },
  'street-name': {
    trap: 'GROVE STREET under a crane',
    sees: { text: ['GROVE STREET', '12'], labels: { Crane: 0.8 } },
    shows: [null, 'Crane', null],
    sure: false,
  },
  'dealers-address': {
    trap: 'www.cat.com is an address, and D6 beside it a gate',
    sees: { text: ['www.cat.com', 'D6'], ...digger },
    shows: [null, 'Excavator', null],
    sure: false,
  },
  'model-that-is-a-year': {
    trap: 'GS 2032 is a lift and no year',
    sees: { text: ['GENIE', 'GS 2032'] },
    shows: ['Genie', 'Scissor Lift', 'GS-2032'],
  },
  'planer-that-is-a-year': {
    trap: 'W 2000 is a planer and no year',
    sees: { text: ['WIRTGEN', 'W 2000'] },
    shows: ['Wirtgen', 'Cold Planer', 'W 2000'],
  },
  'name-of-the-photographer': {
    trap: '"Photo: K. Hitachi" is who took the picture',
    rules: ['caption'],
    sees: { text: ['Photo: K. Hitachi 2019'], ...digger },
    shows: [null, 'Excavator', null],
    sure: false,
  },
};
