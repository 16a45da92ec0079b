import type { Maker } from '../maker.ts';

export const maker: Maker = { name: 'Schwing', makes: ['Concrete Pump'] };
