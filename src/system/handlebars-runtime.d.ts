/** Handlebars without its compiler; the package ships no types for this part. */
declare module 'handlebars/dist/cjs/handlebars.runtime.js' {
  import type Handlebars from 'handlebars'

  const runtime: Pick<typeof Handlebars, 'create'>
  export default runtime
}
