import { readFile } from 'node:fs/promises';
import { analyze, connect } from './app.js';

const { URL: url = '', TOKEN = '', PHOTO = '' } = process.env;
const said = await analyze(connect(url, TOKEN), new Blob([await readFile(PHOTO)]));
console.log(JSON.stringify({ node: process.versions.node, said }));
