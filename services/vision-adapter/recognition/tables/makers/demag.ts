import type { Maker } from '../maker.ts';

export const maker: Maker = { name: 'Demag', makes: ['Crane'] };
