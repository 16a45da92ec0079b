export const help = `Analyses photos of construction machines: brand, type and model.

  npm run analyze -- <photo or folder>...
  npm run analyze -- --watch <folder>

Photos are JPEG, PNG or WebP of at most 20 MB; a folder stands for all of them in and below it.

  -c, --concurrency <n>  photos at a time, 1 to 25 (default 4)
      --json             one JSON object per photo on stdout, and nothing else
      --no-progress      plain lines also on a terminal
      --watch <folder>   analyses every photo that appears in the folder, until Ctrl-C;
                         may be given more than once
      --timeout <time>   waits so long for each photo, e.g. 30s or 5m (default 10m; 0: for ever)
      --url <address>    GraphQL endpoint (default: TRACKUNIT_URL, or the running stack)
  -h, --help             this page

Exit code: 0 all analysed, 1 some were not, 2 wrong usage, 130 interrupted.

Environment:
  TRACKUNIT_URL            GraphQL endpoint (default http://127.0.0.1:4000/graphql)
  TRACKUNIT_TOKEN          an access token; or, to get tokens by client credentials:
  TRACKUNIT_ISSUER         OpenID provider
  TRACKUNIT_CLIENT_ID      this client there
  TRACKUNIT_CLIENT_SECRET  its secret
  TRACKUNIT_SCOPE          scope asked for (default: analysis)
  TRACKUNIT_STACK          without any of these: the local stack whose client to use, dev or test
                           (default dev)`;
