import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Huddig',
  makes: ['Loader'],
  models: [['Backhoe Loader', 'medium', String.raw`(?:\d{3,4})(?:[A-E]|T)?`]],
};
