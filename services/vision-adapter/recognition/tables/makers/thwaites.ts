import type { Maker } from '../maker.ts';

export const maker: Maker = { name: 'Thwaites', makes: ['Site Dumper'] };
