import { createScript } from '../../../redis/script.ts';

/**
 * What is done with a log in Redis. Each script is carried out as a whole. Who does not have the lease changes nothing:
 * that is checked where it is written, not before.
 *
 * A log is a hash: `epoch`, `begin`, `length`, `addition`, which names the last one, and `server`, where that was made.
 * Its notes are a hash, too. Its changes are a stream, whose ids are `<position>-0`.
 */

/**
 * Names the server as long as it has all that was written. One that takes over has another name, and so has one that
 * was started again: either may have lost the end. Empty where a user may not know it.
 */
const SERVER = `
local info = redis.pcall('INFO', 'replication')
local server = type(info) == 'string' and info:match('master_replid:(%x+)') or ''
`;

/**
 * Keys: log, notes. Arguments: epoch for a new one, milliseconds until that is forgotten. Returns its epoch and length,
 * its notes, and 1 where its end may be lost.
 */
export const OPEN = createScript(`${SERVER}
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'begin', 0, 'length', 0, 'server', server)
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
local isElsewhere = redis.call('HGET', KEYS[1], 'server') ~= server
return {redis.call('HMGET', KEYS[1], 'epoch', 'length'), redis.call('HGETALL', KEYS[2]), isElsewhere and 1 or 0}
`);

/**
 * Keys: log, notes, changes, lease.
 *
 * Arguments:
 * 1. lease
 * 2. epoch
 * 3. length before; empty where that does not matter
 * 4. name of this addition
 * 5. channel
 * 6. milliseconds until the log is forgotten
 * 7. how many changes, then each: at, kind, nodes, databases, text
 * 8. how many notes, then each: key, '+' or '-', value
 * 9. messages for the channel
 *
 * One that was made before is not made again: its writer may not have got the answer. Its messages are sent again.
 */
export const APPEND = createScript(`${SERVER}
if redis.call('GET', KEYS[4]) ~= ARGV[1] then return 'owner' end
local log = redis.call('HMGET', KEYS[1], 'epoch', 'length', 'addition')
if log[1] ~= ARGV[2] then return 'log' end
local at = 8
local count = tonumber(ARGV[7])
local isMade = log[3] == ARGV[4]
if not isMade and ARGV[3] ~= '' and log[2] ~= ARGV[3] then return 'log' end
local length = tonumber(ARGV[3]) or 0
for _ = 1, count do
  length = length + 1
  if not isMade then
    redis.call('XADD', KEYS[3], length .. '-0', 'a', ARGV[at], 'k', ARGV[at + 1], 'n', ARGV[at + 2],
      'd', ARGV[at + 3], 't', ARGV[at + 4])
  end
  at = at + 5
end
local notes = tonumber(ARGV[at])
at = at + 1
for _ = 1, notes do
  if not isMade then
    if ARGV[at + 1] == '+' then redis.call('HSET', KEYS[2], ARGV[at], ARGV[at + 2])
    else redis.call('HDEL', KEYS[2], ARGV[at]) end
  end
  at = at + 3
end
if not isMade and count + notes > 0 then
  if count > 0 then redis.call('HSET', KEYS[1], 'length', length) end
  redis.call('HSET', KEYS[1], 'addition', ARGV[4])
end
-- The writer knows how long it is, so nothing is lost here.
redis.call('HSET', KEYS[1], 'server', server)
-- Also where nothing happens: it is not forgotten while it is watched.
for key = 1, 3 do redis.call('PEXPIRE', KEYS[key], ARGV[6]) end
while ARGV[at] do
  redis.call('PUBLISH', ARGV[5], ARGV[at])
  at = at + 1
end
return 'done'
`);

/** Keys: log, changes. Arguments: epoch, position after which, how many. */
export const READ = createScript(`
local log = redis.call('HMGET', KEYS[1], 'epoch', 'begin', 'length')
local after = tonumber(ARGV[2])
if log[1] ~= ARGV[1] or after < tonumber(log[2]) or after > tonumber(log[3]) then return false end
local found = redis.call('XRANGE', KEYS[2], (after + 1) .. '-0', '+', 'COUNT', ARGV[3])
if found[1] == nil then return after == tonumber(log[3]) and {} or false end
if found[1][1] ~= (after + 1) .. '-0' then return false end
local texts = {}
for at, change in ipairs(found) do texts[at] = change[2][10] end
return texts
`);

/** Keys: log, notes, changes, lease. Arguments: lease, next epoch. It begins after all that was ever in the stream. */
export const RESTART = createScript(`${SERVER}
if redis.call('GET', KEYS[4]) ~= ARGV[1] then return false end
local begin = tonumber(redis.call('HGET', KEYS[1], 'length') or 0) + 1
if redis.call('EXISTS', KEYS[3]) == 1 then
  local stream = redis.call('XINFO', 'STREAM', KEYS[3])
  for at = 1, #stream, 2 do
    if stream[at] == 'last-generated-id' then begin = math.max(begin, tonumber(stream[at + 1]:match('^%d+')) + 1) end
  end
end
redis.call('HSET', KEYS[1], 'epoch', ARGV[2], 'begin', begin, 'length', begin, 'server', server)
redis.call('HDEL', KEYS[1], 'addition')
redis.call('DEL', KEYS[2])
return begin
`);
