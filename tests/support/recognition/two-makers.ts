// Pictures that name more than one firm.
import type { Fixtures } from './fixture.ts';

export const twoMakers: Fixtures = {
  'two-machines': {
    trap: 'two machines of two makers side by side: never sure of one',
    rules: ['contested'],
    sees: { text: ['CAT 320D', 'VOLVO EC220E'] },
    shows: ['Volvo', 'Excavator', 'EC220E'],
    sure: false,
    says: 'as good a claim',
  },
  'lorry-beside-an-excavator': {
    trap: 'a Volvo lorry beside a Komatsu excavator: the name with a model is the machine’s',
    rules: ['rivalWithoutModel'],
    sees: { text: ['VOLVO', 'KOMATSU PC210LC-11'], labels: { Excavator: 0.9, Truck: 0.8 } },
    shows: ['Komatsu', 'Excavator', 'PC210LC-11'],
    within: { brandConfidence: [0.6, 0.8] },
    says: 'named too',
  },
  'only-model-is-anothers': {
    trap: 'the lorry’s name, and a model of another maker whose name is not in the picture',
    rules: ['foreignModel'],
    sees: {
      text: ['VOLVO', 'PC210LC-11'],
      labels: { Excavator: 0.9 },
      entities: { Excavator: 0.9 },
    },
    shows: ['Komatsu', 'Excavator', 'PC210LC-11'],
    hidden: true,
    answers: ['Volvo', 'Excavator', null],
    sure: false,
    says: 'Komatsu uses',
  },
  'logo-and-lettering-disagree': {
    trap: 'the logo of one, the lettering of another',
    sees: {
      logos: { Caterpillar: 0.85 },
      text: ['KOMATSU'],
      labels: { Excavator: 0.9 },
      entities: { Excavator: 0.9 },
    },
    shows: [null, 'Excavator', null],
    answers: ['Caterpillar', 'Excavator', null],
    sure: false,
  },
  'web-disagrees-with-lettering': {
    trap: 'similar pictures are another maker’s: what is seen counts',
    sees: { text: ['KOMATSU', 'PC210LC-11'], entities: { Caterpillar: 1.4, 'Cat 320': 1.1 } },
    shows: ['Komatsu', 'Excavator', 'PC210LC-11'],
  },
};
