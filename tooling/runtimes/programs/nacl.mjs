/** Preloaded: takes Ed25519 away from WebCrypto, as on runtimes without it, so that tweetnacl must do. */
crypto.subtle.importKey = () => Promise.reject(new DOMException('no Ed25519 here', 'NotSupportedError'));
