import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Kato',
  aliases: ['加藤', '加藤製作所'],
  words: ['KATO'],
  makes: ['Excavator', 'Crane', 'Site Dumper'],
  models: [
    ['Excavator', 'strong', String.raw`HD\d{3,4}[A-Z]*(?:-\d)?`],
    ['Mobile Crane', 'strong', String.raw`(?:NK|KR|SR|SS)-?\d{2,4}[A-Z]*`],
    ['Excavator', 'strong', String.raw`HD\d{3,4}(?:[A-Z]{0,3}\d?)(?:-(?:III|II|V|\d))?`],
    ['Mini Excavator', 'strong', String.raw`\d{1,3}(?:VX[EBT]?|NX|V4|N4)(?:-\d)?`],
    [
      'Mobile Crane',
      'strong',
      String.raw`(?:NK|KR|SR|SS|SL|KA|CR|MR)-?\d{2,4}(?:[A-Z]{0,2}I?)(?:-V)?`,
    ],
  ],
};
