import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'SDLG',
  makes: ['Loader', 'Excavator', 'Motor Grader', 'Roller'],
  models: [
    ['Wheel Loader', 'medium', String.raw`LG?9[1-6]\d[A-Z]{0,2}`],
    ['Excavator', 'medium', String.raw`(?:LG|E)6\d{3}[A-Z]{0,2}`],
  ],
};
