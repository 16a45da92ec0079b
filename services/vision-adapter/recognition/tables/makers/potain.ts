import type { Maker } from '../maker.ts';

export const maker: Maker = { name: 'Potain', makes: ['Crane'] };
