import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'O&K',
  aliases: ['O&K', 'Orenstein & Koppel'],
  makes: ['Excavator', 'Loader', 'Motor Grader'],
  models: [
    ['Excavator', 'strong', String.raw`(RH)(\d{1,3}(?:[-.]\d{1,2})?)([A-Z]{0,4})`, '$1 $2 $3'],
    ['Wheeled Excavator', 'strong', String.raw`(MH)(\d{1,2}(?:[-.]\d)?)([A-Z]{0,4})`, '$1 $2 $3'],
    ['Wheel Loader', 'strong', String.raw`(L)(\d{1,2})([A-Z]?)`, '$1 $2 $3'],
  ],
};
