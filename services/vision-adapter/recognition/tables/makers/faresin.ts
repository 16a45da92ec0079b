import type { Maker } from '../maker.ts';

export const maker: Maker = { name: 'Faresin', makes: ['Telehandler'] };
