/** Every text of the app, by area, ready for another language. Values come in formatted. */
import { access, connection, nav, page, signIn, start } from './messages/app';
import { asset } from './messages/asset';
import { board } from './messages/board';
import { charts } from './messages/charts';
import { clips } from './messages/clips';
import { graphiql } from './messages/graphiql';
import { job, jobs } from './messages/jobs';
import { library } from './messages/library';
import { player } from './messages/player';
import { presets } from './messages/presets';
import { probe, report } from './messages/report';
import { keys, scopes, settings, usage } from './messages/settings';
import { copying, share } from './messages/share';
import { subtitles } from './messages/subtitles';
import { storage } from './messages/storage';
import { upload } from './messages/upload';

export const messages = {
  product: 'Reelmill',
  access,
  asset,
  board,
  charts,
  clips,
  connection,
  copying,
  graphiql,
  job,
  jobs,
  keys,
  library,
  nav,
  page,
  player,
  presets,
  probe,
  report,
  scopes,
  settings,
  share,
  signIn,
  start,
  storage,
  subtitles,
  upload,
  usage,
};

export type Messages = typeof messages;
