import { fullLine, type Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Shantui',
  aliases: ['Shantui', '山推'],
  makes: fullLine,
  models: [
    ['Bulldozer', 'medium', String.raw`S?DH?\d{2}[A-Z]{0,2}(?:-\d{1,2})?|DH\d{2}(?:-[A-Z]\d)?`],
    ['Excavator', 'medium', String.raw`SE\d{2,3}(?:LC|SR|W)?(?:-\d[A-Z]?)?`],
    ['Wheel Loader', 'medium', String.raw`SL\d{2}[A-Z]{0,2}(?:-\d)?|L\d{2}-[A-Z]\d`],
    ['Motor Grader', 'medium', String.raw`SG\d{2}A?(?:-[A-Z]?\d)?`],
    ['Single Drum Roller', 'medium', String.raw`SR\d{2}[A-Z]{0,2}(?:-[A-Z]?\d)?`],
  ],
};
