import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'LeeBoy',
  aliases: ['LeeBoy'],
  makes: ['Asphalt Paver', 'Motor Grader', 'Roller'],
  models: [
    ['Asphalt Paver', 'medium', String.raw`[58]\d{3}[A-FH]?T?`],
    ['Motor Grader', 'medium', '[67][0-9]5[A-G]?'],
  ],
};
