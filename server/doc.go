// Package server is the web application: an HTTP API over the pipeline of the root
// package, and the built front end of package web.
//
// It serves one person or a small team from one machine. The case folder is the
// only truth: what a user edits is written there, and the database beside it holds
// only what can be lost or rebuilt (runs, notes, saved views).
//
// # Safe by default
//
// The server binds to loopback. Beyond it a token and TLS are demanded. Every
// request must name a host that the server answers to, so that no page of another
// site can reach it by a name of its own (DNS rebinding); requests that change
// anything must come from its own pages or from a program that is no browser; bodies
// have limits; pages may load nothing from anywhere else (see guard.go).
//
// # The API
//
// Everything lies below /api/v1 and is described by /api/openapi.json (OpenAPI 3.1).
// Errors are problem+json (RFC 9457). Work that takes long is a job with progress as
// server-sent events (see jobs.go); tables of worlds travel as plain binary columns.
package server
