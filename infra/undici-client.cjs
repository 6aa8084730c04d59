// What the function needs of undici, in place of all of it: a dispatcher for one origin over
// HTTP/1.1, with `request`. undici's own index puts it together in the same way.
const Dispatcher = require('undici/lib/dispatcher/dispatcher.js');
const request = require('undici/lib/api/api-request.js');

Dispatcher.prototype.request = request;

module.exports.Client = require('undici/lib/dispatcher/client.js');
