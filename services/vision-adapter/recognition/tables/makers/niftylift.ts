import type { Maker } from '../maker.ts';

export const maker: Maker = { name: 'Niftylift', makes: ['Aerial Work Platform', 'Telehandler'] };
