import type { Maker } from '../maker.ts';

export const maker: Maker = { name: 'Dieci', makes: ['Telehandler', 'Site Dumper'] };
