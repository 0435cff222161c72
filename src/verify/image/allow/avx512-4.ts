/** EVEX-encoded instructions (AVX-512). Part 4.
 *
 * @see ./group.ts for the notation */
import type { CodeGroup } from './group.js';

export const AVX512_4: readonly CodeGroup[] = [
  {
    effect: 'mr',
    codes: `
    EVEX_Vgatherqpd_xmm_k1_vm64x EVEX_Vgatherqpd_ymm_k1_vm64y EVEX_Vgatherqpd_zmm_k1_vm64z`,
  },
  {
    effect: 'mrrr',
    codes: `
    EVEX_Vpternlogd_xmm_k1z_xmm_xmmm128b32_imm8 EVEX_Vpternlogd_ymm_k1z_ymm_ymmm256b32_imm8
    EVEX_Vpternlogd_zmm_k1z_zmm_zmmm512b32_imm8 EVEX_Vpternlogq_xmm_k1z_xmm_xmmm128b64_imm8
    EVEX_Vpternlogq_ymm_k1z_ymm_ymmm256b64_imm8 EVEX_Vpternlogq_zmm_k1z_zmm_zmmm512b64_imm8
    EVEX_Vfixupimmps_xmm_k1z_xmm_xmmm128b32_imm8 EVEX_Vfixupimmps_ymm_k1z_ymm_ymmm256b32_imm8
    EVEX_Vfixupimmps_zmm_k1z_zmm_zmmm512b32_imm8_sae EVEX_Vfixupimmpd_xmm_k1z_xmm_xmmm128b64_imm8
    EVEX_Vfixupimmpd_ymm_k1z_ymm_ymmm256b64_imm8 EVEX_Vfixupimmpd_zmm_k1z_zmm_zmmm512b64_imm8_sae
    EVEX_Vfixupimmss_xmm_k1z_xmm_xmmm32_imm8_sae EVEX_Vfixupimmsd_xmm_k1z_xmm_xmmm64_imm8_sae`,
  },
  {
    effect: 'wrr',
    codes: `
    EVEX_Vp2intersectd_kp1_xmm_xmmm128b32 EVEX_Vp2intersectd_kp1_ymm_ymmm256b32
    EVEX_Vp2intersectd_kp1_zmm_zmmm512b32 EVEX_Vp2intersectq_kp1_xmm_xmmm128b64
    EVEX_Vp2intersectq_kp1_ymm_ymmm256b64 EVEX_Vp2intersectq_kp1_zmm_zmmm512b64`,
  },
];
