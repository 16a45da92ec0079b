import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Changlin',
  aliases: ['Changlin', '常林'],
  makes: ['Loader', 'Motor Grader', 'Excavator'],
  models: [
    ['Wheel Loader', 'medium', '9[345][0-9][A-Z]?'],
    ['Wheel Loader', 'strong', String.raw`ZLM?\d{2}[A-Z-]{0,3}\d?`],
  ],
};
