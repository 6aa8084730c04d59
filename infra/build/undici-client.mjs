// What the function needs of undici, in place of all of it: a dispatcher for one origin over
// HTTP/1.1, with `request`. undici's own index puts it together in the same way.
import request from 'undici/lib/api/api-request.js';
import Client from 'undici/lib/dispatcher/client.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';

Dispatcher.prototype.request = request;

export { Client };
