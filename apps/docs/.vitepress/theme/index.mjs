/** VitePress' own theme, with room for two programs side by side on wide screens. */
import theme from 'vitepress/theme';
import './beside.css';

export default theme;
