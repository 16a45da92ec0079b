import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Giant',
  aliases: [],
  words: ['GIANT'],
  makes: ['Loader', 'Telehandler'],
  models: [
    ['Wheel Loader', 'medium', String.raw`(G\d{4}E?)((?:TELE|X-TRA|HD\+?|XTRA)?)`, '$1 $2'],
    ['Wheel Loader', 'medium', String.raw`(?:V|D)\d{3,4}(?:T|SWT?|HD)`],
    ['Skid Steer Loader', 'medium', String.raw`SK\d{3}D?`],
    ['Telehandler', 'medium', String.raw`GT\d{4}T?`],
  ],
};
