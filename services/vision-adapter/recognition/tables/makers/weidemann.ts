import type { Maker } from '../maker.ts';

export const maker: Maker = { name: 'Weidemann', makes: ['Loader', 'Telehandler'] };
