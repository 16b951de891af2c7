import type { Fault } from '../faults/fault.ts';

/** Why a collection was listed from the start, instead of resumed. */
export type RelistReason = 'Start' | 'Gone' | 'BadLine' | 'Refused';

/** What can happen in the life of a watched collection. Logs, metrics and tests hang on this closed list. */
export type WatchEventType = (typeof WATCH_EVENT_TYPES)[number];

export const WATCH_EVENT_TYPES = [
  'List',
  'Synced',
  'Connect',
  'Bookmark',
  'Resume',
  'Relist',
  'Backoff',
  'Watchdog',
  'Compare',
  'Missed',
  'Gone',
  'BadLine',
  'Failed',
  'CallbackFailed',
  'Stop',
] as const;

/** One thing that happened to a watched collection. */
export type WatchEvent = { readonly collection: string } & WatchEventDetails;

export type WatchEventDetails =
  | {
      /** A complete list has been taken over into the store. */
      readonly type: 'List';
      readonly reason: RelistReason;
      readonly objects: number;
      readonly pages: number;
      /** How many objects differed from what the store held. */
      readonly changed: number;
      readonly milliseconds: number;
    }
  | { /** The first list is complete: the store can be believed. Once. */ readonly type: 'Synced' }
  | { /** A watch is open. */ readonly type: 'Connect'; readonly version: string }
  | {
      /** The server told how far it is, with nothing changed. */ readonly type: 'Bookmark';
      readonly version: string;
    }
  | {
      /** A watch has ended and goes on from the last version. */
      readonly type: 'Resume';
      readonly cause: 'Ended' | 'Failed' | 'Silent' | 'BadLine';
      /** How long the watch that ended had been open. */
      readonly openMilliseconds: number;
    }
  | { /** The collection will be listed anew. */ readonly type: 'Relist'; readonly reason: RelistReason }
  | {
      /** It waits before the next attempt. */
      readonly type: 'Backoff';
      readonly milliseconds: number;
      /** How many attempts have failed in a row. */
      readonly attempt: number;
    }
  | {
      /** Nothing has arrived for so long that the connection must be taken for dead. */
      readonly type: 'Watchdog';
      readonly silentMilliseconds: number;
    }
  | {
      /** The store was compared with a list of the same version. */
      readonly type: 'Compare';
      /** `Exact`: compared. `Expired`, `Inexact` or `Failed`: it could not be, and is tried at the next bookmark. */
      readonly outcome: 'Exact' | 'Expired' | 'Inexact' | 'Failed';
      readonly objects: number;
      readonly missed: number;
    }
  | {
      /** The comparison found what the watch should have told and did not. One for each object. */
      readonly type: 'Missed';
      readonly key: string;
      readonly what: 'Added' | 'Changed' | 'Deleted';
    }
  | {
      /** The server no longer has the version or the page that we asked for (410). */ readonly type: 'Gone';
      readonly at: 'List' | 'Watch';
    }
  | {
      /** A line of a watch that cannot be used. */
      readonly type: 'BadLine';
      readonly why: 'NotJson' | 'NotUtf8' | 'TooLong' | 'Cut' | 'NotAnEvent';
    }
  | {
      /** A list or a watch failed. */ readonly type: 'Failed';
      readonly at: 'List' | 'Watch' | 'Compare';
      readonly fault: Fault;
    }
  | {
      /** Code that was given to the collection threw; the collection went on. */
      readonly type: 'CallbackFailed';
      readonly callback: 'Project' | 'Listener' | 'Index';
      readonly error: unknown;
    }
  | { /** The collection has been stopped. */ readonly type: 'Stop' };
