// What is no photo of a machine: toys, clothes, books, games, and cars and lorries.
import type { Fixtures } from './fixture.ts';

export const pictures: Fixtures = {
  toy: {
    trap: 'a toy excavator with the maker’s own logo',
    rules: ['toy'],
    sees: {
      logos: { Caterpillar: 0.93 },
      labels: { Toy: 0.97, Excavator: 0.8, 'Toy vehicle': 0.9 },
      entities: { Excavator: 0.9 },
    },
    shows: ['Caterpillar', 'Excavator', null],
    hidden: true,
    sure: false,
  },
  'toy-with-its-model': {
    trap: 'bricks with maker and model on the box',
    sees: { text: ['TECHNIC', '42030', 'VOLVO L350F'], labels: { Toy: 0.9 } },
    shows: ['Volvo', 'Wheel Loader', 'L350F'],
    sure: false,
  },
  'game-on-a-screen': {
    trap: 'a machine in a game has its true lettering',
    sees: {
      text: ['FARMING SIMULATOR 22', 'VOLVO L120H'],
      labels: { 'Video game software': 0.9, 'Pc game': 0.8 },
    },
    shows: ['Volvo', 'Wheel Loader', 'L120H'],
    sure: false,
  },
  'book-of-diggers': {
    trap: 'the cover of a book',
    sees: {
      text: ['THE BIG BOOK OF DIGGERS', 'CAT 320D'],
      labels: { Book: 0.9, Publication: 0.8 },
    },
    shows: ['Caterpillar', 'Excavator', '320D'],
    sure: false,
  },
  cap: {
    trap: 'a cap with the logo of a maker',
    sees: { logos: { Caterpillar: 0.95 }, labels: { Cap: 0.97, Headgear: 0.9, Clothing: 0.9 } },
    shows: ['Caterpillar', null, null],
    sure: false,
  },
  boots: {
    trap: 'boots with the logo of a maker, known to the whole web',
    sees: {
      logos: { Caterpillar: 0.95 },
      labels: { Footwear: 0.97, Boot: 0.9 },
      entities: { Boot: 1, 'Caterpillar Inc.': 0.8 },
    },
    shows: ['Caterpillar', null, null],
    sure: false,
  },
  'lorry-with-an-excavator-behind': {
    trap: 'a Volvo lorry’s logo, and an excavator somewhere behind: whose is it?',
    rules: ['vehicleToo'],
    sees: {
      logos: { Volvo: 0.95 },
      labels: { Truck: 0.95, Excavator: 0.7, 'Motor vehicle': 0.9 },
      objects: { Truck: 0.9 },
      entities: { Truck: 1, Excavator: 0.8 },
    },
    shows: ['Volvo', 'Excavator', null],
    hidden: true,
    sure: false,
  },
  'car-beside-an-excavator': {
    trap: 'a Hyundai car parked before an excavator',
    sees: {
      logos: { Hyundai: 0.9 },
      labels: { Car: 0.9, Excavator: 0.8 },
      objects: { Car: 0.9 },
      entities: { Excavator: 0.9 },
    },
    shows: [null, 'Excavator', null],
    answers: ['Hyundai', 'Excavator', null],
    sure: false,
  },
};
