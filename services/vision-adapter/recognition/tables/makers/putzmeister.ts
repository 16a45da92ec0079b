import type { Maker } from '../maker.ts';

export const maker: Maker = { name: 'Putzmeister', makes: ['Concrete Pump'] };
