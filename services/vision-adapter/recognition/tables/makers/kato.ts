import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Kato',
  aliases: [],
  words: ['KATO'],
  makes: ['Excavator', 'Crane', 'Site Dumper'],
  models: [
    ['Excavator', 'strong', String.raw`HD\d{3,4}[A-Z]*(?:-\d)?`],
    ['Mobile Crane', 'strong', String.raw`(?:NK|KR|SR|SS)-?\d{2,4}[A-Z]*`],
  ],
};
