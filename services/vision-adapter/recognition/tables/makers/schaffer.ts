import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Schäffer',
  aliases: ['Schäffer', 'Schaeffer'],
  makes: ['Loader', 'Telehandler'],
  models: [
    ['Wheel Loader', 'medium', String.raw`([2-9]\d{3})((?:SLT|T|Z|S)?)`, '$1 $2'],
    ['Wheel Loader', 'medium', String.raw`\d{2}E|(?:460|550|470|510)T`],
  ],
};
