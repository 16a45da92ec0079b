import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'SDLG',
  aliases: ['SDLG', '山东临工', '临工'],
  makes: ['Loader', 'Excavator', 'Motor Grader', 'Roller'],
  models: [
    ['Wheel Loader', 'medium', String.raw`LG?9[1-6]\d[A-Z]{0,2}`],
    ['Excavator', 'medium', String.raw`(?:LG|E)6\d{3}[A-Z]{0,2}`],
    ['Wheel Loader', 'medium', String.raw`L9\d{2}[A-Z]{0,2}|LG9\d{2}[A-Z]?`],
    ['Excavator', 'medium', String.raw`(?:LG|E)[67]\d{2,3}[A-Z]{0,2}`],
    ['Motor Grader', 'medium', String.raw`G9\d{3}F?`],
    ['Single Drum Roller', 'medium', String.raw`RS\d{4}[A-Z]?`],
  ],
};
