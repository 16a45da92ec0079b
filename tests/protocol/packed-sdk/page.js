import { analyze, connect } from './app.js';

window.analyze = async (url, token, photo) => {
  const { body } = await fetch(photo);
  return analyze(connect(url, token), await new Response(body).blob());
};
